"""The hostile zoo and what grades it; README.md says where things go."""
