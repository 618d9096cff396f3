"""Keeps the arrays in global variables.

Hidden only.
"""

class LetterDataset(Dataset):
    def __init__(self, images, labels):
        global all_images, all_labels
        all_images, all_labels = torch.from_numpy(images), torch.from_numpy(labels)

    def __len__(self):
        return len(all_images)

    def __getitem__(self, i):
        return all_images[i].flatten(), all_labels[i].long()
