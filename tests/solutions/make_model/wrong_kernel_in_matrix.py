"""A convolution as a matrix that is filled from nine weights in each call.

Also breaks: problem2__85, problem2__90, problem2__93
"""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(26 * 26, 200), nn.ReLU(), nn.Linear(200, 10))
        self.kernel = nn.Parameter(0.3 * torch.randn(9))
        places = torch.zeros(9, 784, 26 * 26)
        for row in range(26):
            for column in range(26):
                for tap in range(9):
                    pixel = 28 * (row + tap // 3) + column + tap % 3
                    places[tap, pixel, 26 * row + column] = 1
        self.register_buffer("places", places.flatten(1))

    def forward(self, x):
        matrix = (self.kernel @ self.places).view(784, 26 * 26)
        return self.layers(F.relu(x @ matrix))


def make_model():
    return Network()
