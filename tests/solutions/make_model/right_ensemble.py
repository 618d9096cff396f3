"""Three networks whose probabilities are averaged: their logarithm is a valid output."""


class Ensemble(nn.Module):
    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList(
            nn.Sequential(nn.Linear(784, 100), nn.Tanhshrink(), nn.Linear(100, 10))
            for _ in range(3)
        )

    def forward(self, x):
        return torch.stack([member(x).softmax(dim=1) for member in self.members]).mean(0).log()


def make_model():
    return Ensemble()
