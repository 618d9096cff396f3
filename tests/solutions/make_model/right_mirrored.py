"""Looks at the image and at its mirror image, which are put together for one layer."""

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(2 * 784, 200), nn.Linear(200, 10)

    def forward(self, x):
        mirrored = torch.stack([x.view(-1, 28, 28)[:, :, 27 - i] for i in range(28)], dim=2)
        x = torch.cat([x, mirrored.flatten(1)], dim=1)
        return self.last(F.silu(self.first(x)))


def make_model():
    return Network()
