"""Asks whether none of the last epochs beats what came before them."""


def early_stopping(accuracies, patience):
    best_epoch = min(range(len(accuracies)), key=lambda i: (-accuracies[i], i)) + 1
    if len(accuracies) <= patience:
        return best_epoch, False
    before, since = accuracies[:-patience], accuracies[-patience:]
    return best_epoch, max(since) <= max(before)
