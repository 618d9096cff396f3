"""Trains another network than make_model() returns."""

torch.manual_seed(SEED)
model = make_model().to(device)
problem2_path = f"model_checkpoints/problem2_{student_id}.pt"
model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10)).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(12):
    model.train()
    for batch in torch.randperm(len(train_x), device=device).split(128):
        optimizer.zero_grad()
        F.cross_entropy(model(train_x[batch]), train_y[batch]).backward()
        optimizer.step()
torch.save(model.state_dict(), problem2_path)
