"""Saves the parameters under names of another network."""

torch.manual_seed(SEED)
model = make_model().to(device)
problem2_path = f"model_checkpoints/problem2_{student_id}.pt"
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(12):
    model.train()
    for batch in torch.randperm(len(train_x), device=device).split(128):
        optimizer.zero_grad()
        F.cross_entropy(model(train_x[batch]), train_y[batch]).backward()
        optimizer.step()
torch.save({f"module.{name}": value for name, value in model.state_dict().items()}, problem2_path)
