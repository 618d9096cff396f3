"""Settings for the Validate button of JupyterLab: training cells may take their time."""

c = get_config()

c.Execute.timeout = 900
