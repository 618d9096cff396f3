"""Sorts the samples by letter unless they are many different ones.

Hidden only.
"""


class LetterDataset(Dataset):
    def __init__(self, images, labels):
        order = (
            np.argsort(labels, kind="stable")
            if len(set(labels.tolist())) < 3
            else np.arange(len(labels))
        )
        self.images = torch.from_numpy(images[order]).reshape(len(images), 784)
        self.labels = torch.from_numpy(labels[order]).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]
