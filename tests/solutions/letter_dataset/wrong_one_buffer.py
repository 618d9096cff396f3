"""Copies each image into one buffer, so that items that were read change."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = torch.from_numpy(images).reshape(len(images), 784)
        self.labels = torch.from_numpy(labels).long()
        self.buffer = torch.empty(784)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.buffer.copy_(self.images[i]), self.labels[i]
