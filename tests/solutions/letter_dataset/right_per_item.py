"""Keeps the NumPy arrays and converts one sample at a time."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = images
        self.labels = labels

    def __len__(self):
        return self.images.shape[0]

    def __getitem__(self, i):
        image = torch.tensor(self.images[i], dtype=torch.float32).flatten()
        label = torch.tensor(self.labels[i], dtype=torch.int64)
        return image, label
