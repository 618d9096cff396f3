"""The length is that of a flattened image, not the number of samples."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = torch.from_numpy(images).reshape(len(images), 784)
        self.labels = torch.from_numpy(labels).long()

    def __len__(self):
        return self.images.shape[1]

    def __getitem__(self, i):
        return self.images[i], self.labels[i]
