"""Flattens column by column."""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        self.images = images
        self.labels = labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image = np.ascontiguousarray(self.images[i].T).reshape(784)
        return torch.from_numpy(image), torch.tensor(self.labels[i]).long()
