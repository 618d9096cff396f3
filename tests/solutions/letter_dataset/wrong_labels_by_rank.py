"""Numbers the letters that occur, so that a gap moves all letters above it."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = torch.from_numpy(images).reshape(len(images), 784)
        self.labels = torch.from_numpy(np.unique(labels, return_inverse=True)[1]).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]
