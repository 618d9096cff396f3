"""Uses train_epoch and evaluate with loaders, and keeps the best state in memory."""

torch.manual_seed(SEED)
model = make_model().to(device)
problem2_path = f"model_checkpoints/problem2_{student_id}.pt"
all_letters = LetterDataset(letters.train_dataset, letters.train_labels)
loader = DataLoader(all_letters, batch_size=128, shuffle=True)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
best_accuracy, best_state = -1.0, None
for epoch in range(12):
    train_epoch(model, loader, optimizer)
    accuracy = evaluate(model, valid_loader)
    if accuracy > best_accuracy:
        best_accuracy = accuracy
        best_state = {name: value.clone() for name, value in model.state_dict().items()}
torch.save(best_state, problem2_path)
