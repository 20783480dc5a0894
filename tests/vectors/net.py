#!/usr/bin/env python3
"""Writes tests/vectors/net.h: loss, divergence and gradient of a small net, by PyTorch in
double precision, for tests/model/test_net.c.

    tests/vectors/net.py > tests/vectors/net.h

Every part is written as its formula says: one-hot inputs and dense products, automatic
differentiation. Weights and noise are sines, in the order of the blocks of model/net.h.
"""
import torch

CODES, LABELS, LATENT, WIDTHS, KL = [4, 3], 2, 2, [4, 3], 0.5
ROWS = [([0, 2], 1), ([3, 0], 0), ([2, 1], 1)]  # codes, label

n_codes, (outer, inner) = sum(CODES), WIDTHS
shapes = [  # (rows, columns) as in memory
    (outer,), (inner, outer), (inner,), (2 * LATENT, inner), (2 * LATENT,),
    (inner, LATENT), (inner,), (outer, inner), (outer,),
    (n_codes + LABELS, outer), (n_codes, outer), (n_codes,), (LABELS, inner)]
sizes = [torch.Size(shape).numel() for shape in shapes]
n_weights = sum(sizes)
weights = (0.5 * torch.sin(torch.arange(1, n_weights + 1, dtype=torch.double))).requires_grad_()
noise = torch.cos(torch.arange(1, len(ROWS) * LATENT + 1, dtype=torch.double)).view(-1, LATENT)

(encoder_0_bias, encoder_1, encoder_1_bias, latent, latent_bias, decoder_0, decoder_0_bias,
 decoder_1, decoder_1_bias, table, out, out_bias, label_table) = (
    part.view(shape) for part, shape in zip(weights.split(sizes), shapes))


def one_hot(code, n):
    return torch.nn.functional.one_hot(torch.tensor(code), n).double()


labels = torch.stack([one_hot(label, LABELS) for _, label in ROWS])
features = torch.stack([torch.cat([one_hot(code, n) for code, n in zip(codes, CODES)])
                        for codes, _ in ROWS])
hidden = torch.tanh(torch.cat([features, labels], dim=1) @ table + encoder_0_bias)
hidden = torch.tanh(hidden @ encoder_1.T + encoder_1_bias)
mean, log_variance = (hidden @ latent.T + latent_bias).split(LATENT, dim=1)
z = mean + torch.exp(log_variance / 2) * noise
hidden = torch.tanh(z @ decoder_0.T + labels @ label_table + decoder_0_bias)
hidden = torch.tanh(hidden @ decoder_1.T + decoder_1_bias)
logits = (hidden @ out.T + out_bias).split(CODES, dim=1)
loss = sum(-torch.log_softmax(part, dim=1)[range(len(ROWS)), [codes[j] for codes, _ in ROWS]]
           for j, part in enumerate(logits))
kl = 0.5 * (log_variance.exp() + mean ** 2 - 1 - log_variance).sum(dim=1)
(loss + KL * kl).sum().backward()


def array(name, values):
    print(f"\nstatic const double {name}[] = {{")
    print("\n".join(f"    {value:.17g}," for value in values.tolist()))
    print("};")


print("/* net.h: made by tests/vectors/net.py with PyTorch in double precision. */")
array("golden_loss", loss)
array("golden_kl", kl)
array("golden_gradient", weights.grad)
