"""Stores the pixels in half precision."""

class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = torch.from_numpy(images).reshape(len(images), 784).half()
        self.labels = torch.from_numpy(labels).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i].float(), self.labels[i]
