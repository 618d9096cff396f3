"""One call of addmm, parameters registered by name."""


class NaiveLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_features)))
        self.register_parameter("weight", nn.Parameter(torch.randn((out_features, in_features))))

    def forward(self, x):
        return torch.addmm(self.bias, x, self.weight.t())
