"""JupyterLab without questions: about news, about updates, about extensions from the network."""

from typing import Any

c = get_config()  # noqa: F821

c.LabApp.extension_manager = "readonly"


def _without_news(_handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    page_config["disabledExtensions"].append("@jupyterlab/apputils-extension:announcements")
    return page_config


c.ServerApp.tornado_settings = {"page_config_hook": _without_news}
