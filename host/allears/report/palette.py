"""Colours of the reports: one name, one light and one dark value each. Blue and orange, never red against green.

Charts are drawn with the light values; the page's style maps each of them, wherever it occurs in an SVG, to the
variable of its name, so that dark mode and print need no second drawing. Every light value must be unique.
"""

LIGHT = {
    "paper": "#f7f5f0",
    "card": "#fffffe",
    "ink": "#1a2230",
    "muted": "#596374",
    "faint": "#8d95a3",
    "hairline": "#e3dfd6",
    "grid": "#edeae3",
    "agent": "#1f5fc2",
    "agent-soft": "#b9d0f4",
    "customer": "#7c8696",
    "customer-soft": "#cfd4dc",
    "alert": "#d4700c",
    "alert-soft": "#f6d2a9",
    "band": "#e6edf8",
    "heat-1": "#eaf1fc",
    "heat-2": "#c9dcf6",
    "heat-3": "#98bced",
    "heat-4": "#5f95df",
    "heat-5": "#f2aa5e",
    "heat-6": "#c85f08",
    "heat-none": "#f0ede6",
    "heat-ink": "#1b2431",
    "heat-paper": "#fefefe",
}
DARK = {
    "paper": "#10151c",
    "card": "#181f29",
    "ink": "#e8ecf2",
    "muted": "#a6b0bf",
    "faint": "#78828f",
    "hairline": "#2b3440",
    "grid": "#242c37",
    "agent": "#7db0ff",
    "agent-soft": "#2e4d7d",
    "customer": "#98a3b3",
    "customer-soft": "#3d4755",
    "alert": "#ff9c40",
    "alert-soft": "#6e4417",
    "band": "#1f2b3d",
    "heat-1": "#1c2a40",
    "heat-2": "#23406c",
    "heat-3": "#2f5c9f",
    "heat-4": "#3d74c4",
    "heat-5": "#c9772a",
    "heat-6": "#ffb066",
    "heat-none": "#1d242e",
    "heat-ink": "#eef2f8",
    "heat-paper": "#0f141b",
}


def variables(colours: dict[str, str]) -> str:
    """CSS declarations of all colours as custom properties."""
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def svg_rules() -> str:
    """CSS rules that make the drawn colours follow the variables."""
    return "\n".join(
        f'.chart svg [fill="{value}"] {{ fill: var(--{name}); }}\n'
        f'.chart svg [stroke="{value}"] {{ stroke: var(--{name}); }}'
        for name, value in LIGHT.items()
    )
