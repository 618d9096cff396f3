"""Leaves the work to a TensorDataset inside."""

class LetterDataset(Dataset):
    def __init__(self, images, labels):
        x = torch.tensor(images).flatten(1)
        y = torch.as_tensor(labels, dtype=torch.int64)
        self.inner = torch.utils.data.TensorDataset(x, y)

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, i):
        return self.inner[i]
