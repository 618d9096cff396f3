"""Own classes that share a name with classes of the library, made of allowed layers."""


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x)


class Conv2d(nn.Sequential):
    pass


def make_model():
    return Conv2d(Transformer())
