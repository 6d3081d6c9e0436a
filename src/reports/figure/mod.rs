//! Figures as SVG: they need no script, carry their name and description, and print.
