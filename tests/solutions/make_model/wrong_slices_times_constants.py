"""A convolution written out: slices of the image times constants.

Also breaks: problem2__85, problem2__90, problem2__93
"""


def make_model():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(676, 10)

        def forward(self, x):
            image = x.view(-1, 28, 28)
            kernel = ((1, 2, 1), (2, 4, 2), (1, 2, 1))
            parts = [
                kernel[i][j] / 16 * image[:, i : 26 + i, j : 26 + j]
                for i in range(3)
                for j in range(3)
            ]
            return self.linear(torch.relu(sum(parts)).flatten(1))

    return Network()
