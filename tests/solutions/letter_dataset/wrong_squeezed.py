"""Squeezes the images, which takes the axis of a single letter away.

Hidden only.
"""

class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.x = torch.tensor(images).flatten(1).squeeze()
        self.y = torch.tensor(labels, dtype=torch.long)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]
