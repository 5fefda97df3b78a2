from allears.cli import main

main()
