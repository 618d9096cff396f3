"""Expects images (n, 28, 28) and multiplies each row of pixels.

Also breaks: problem2__85, problem2__90, problem2__93
"""


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 128)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        n, height, width = x.shape
        return self.out(torch.relu(self.hidden(x.reshape(n, height * width))))


def make_model():
    return Network()
