"""How the voice network of the clip is made: data, simulate, train, quantise, export, evaluate."""
