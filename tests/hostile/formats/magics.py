"""Uses magics and shell escapes: !, %%bash, %run, %load_ext, %config, %reset."""

get_ipython().run_line_magic("config", "InteractiveShell.ast_node_interactivity = 'none'")
get_ipython().system("echo shell > /box/public/canary.txt")
get_ipython().run_cell_magic("bash", "", "echo bash > /box/public/canary.txt")
get_ipython().run_line_magic("xmode", "Minimal")
get_ipython().run_line_magic("pdb", "on")
