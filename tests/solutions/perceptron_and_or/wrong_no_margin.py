"""The line of AND runs through two corners: right on the table, wrong for inputs slightly off."""


def and_weights():
    return np.array([1.0, 1.0]), -1.0


def or_weights():
    return np.array([1.0, 1.0]), -0.5
