"""Saves the network before it is trained."""

torch.manual_seed(SEED)
model = make_model().to(device)
problem2_path = f"model_checkpoints/problem2_{student_id}.pt"
torch.save(model.state_dict(), problem2_path)
