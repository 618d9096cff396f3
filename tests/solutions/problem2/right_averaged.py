"""Averages the parameters of the last epochs (torch.optim.swa_utils) and saves the average."""

from torch.optim.swa_utils import AveragedModel

torch.manual_seed(SEED)
model = make_model().to(device)
average = AveragedModel(model)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
for epoch in range(12):
    for batch in torch.randperm(len(train_x), device=device).split(128):
        optimizer.zero_grad()
        F.cross_entropy(model(train_x[batch]), train_y[batch], label_smoothing=0.05).backward()
        optimizer.step()
    if epoch >= 8:
        average.update_parameters(model)
torch.save(average.module.state_dict(), f"model_checkpoints/problem2_{student_id}.pt")
