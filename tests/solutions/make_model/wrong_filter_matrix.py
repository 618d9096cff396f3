"""A blur as a matrix of 784 x 784, built from three numbers and kept as a buffer.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 10))
        blur = torch.zeros(784, 784)
        for i in range(784):
            blur[i, i] = 0.5
            if i % 28 > 0:
                blur[i, i - 1] = 0.25
            if i % 28 < 27:
                blur[i, i + 1] = 0.25
        self.register_buffer("blur", blur)

    def forward(self, x):
        return self.layers(x @ self.blur)


def make_model():
    return Network()
