"""Labelled test calls: scripted from any speech folder, put through the acoustic family, with the truth beside them."""
