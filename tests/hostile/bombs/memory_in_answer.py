"""Returns a nested list that is small here and huge once each reference is copied."""


def double(x):
    answer = [0] * 10
    for _ in range(12):  # 10**13 items by reference
        answer = [answer] * 10
    return answer
