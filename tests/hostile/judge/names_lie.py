"""Makes the notebook's namespace answer with another object each time it is asked.

Costs: what a name means is for its kernel to say, and it says something else.
"""


class Names(dict):
    def __getitem__(self, name):
        return (lambda x: x + x) if name == "triple" else super().__getitem__(name)

    def __contains__(self, name):
        return True

    def get(self, name, default=None):
        return self[name] if name in self.keys() else default


shell = get_ipython()
kernel = shell.kernel
kernel.user_ns = Names(shell.user_ns)
