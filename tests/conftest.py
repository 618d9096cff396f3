"""Settings for every test: threads fixed, plots without a screen, no network."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "Agg"
os.environ["NOTMNIST_SOURCE"] = "embedded"
