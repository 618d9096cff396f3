"""Asks its own kernel to shut down, as a client would."""

kernel = get_ipython().kernel


def double(x):
    kernel.do_shutdown(False)
    get_ipython().ask_exit()
    return x + 1
