"""Gives the label before the image."""

class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = torch.from_numpy(images).reshape(len(images), 784)
        self.labels = torch.from_numpy(labels).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.labels[i], self.images[i]
