"""Where things are, and the switches that keep everything on this machine."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_LIBRARY = ROOT / "var" / "library"

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "PYTHAINLP_OFFLINE": "1",
}


def keep_offline() -> None:
    """Set the switches under which the libraries we use make no look-up of their own. Call before importing them."""
    for name, value in OFFLINE.items():
        os.environ[name] = value
