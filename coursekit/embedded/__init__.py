"""Build the embedded notMNIST from freely licensed fonts: `python -m coursekit.embedded --help`.

The steps, one module each: `fetch` packages, find and vet their `fonts` (with their `licences`),
`render` a glyph, vary it (`variants`), `judge` what is readable, and `build` the three sets.
"""
