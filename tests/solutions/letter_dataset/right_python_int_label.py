"""Returns the label as a Python int, of which the DataLoader makes int64."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = images
        self.labels = labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return torch.from_numpy(self.images[i].reshape(-1)), int(self.labels[i])
