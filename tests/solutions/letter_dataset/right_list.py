"""Returns the pair as a list."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.x = torch.tensor(images).flatten(1)
        self.y = torch.tensor(labels, dtype=torch.long)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return [self.x[i], self.y[i]]
