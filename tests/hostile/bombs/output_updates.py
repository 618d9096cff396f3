"""Sends 50,000 display updates and clears the output after each hundred."""

from IPython.display import clear_output, display

handle = display("x", display_id=True)
for number in range(50_000):
    handle.update(str(number))
    if number % 100 == 0:
        clear_output()
