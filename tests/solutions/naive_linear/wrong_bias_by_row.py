"""Adds the bias along the wrong axis where as many samples as units come in.

Hidden only.
"""


class NaiveLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        y = x @ self.weight.T
        return y + (self.bias[:, None] if len(x) == len(self.bias) else self.bias)
