// One hour of a market in eight lanes, in C: the yardstick of the Swift kernel. Same problem, same method, own code.
//
//     minimise sum c x + 1/2 q x^2   such that every balance holds and l <= x <= u
//
// Variables are numbered singles first, then pairs. The balance of a row: sum of sign x over its singles, less pairs
// that leave it, plus efficiency x over pairs that reach it, equals its load.
#ifndef CHOUR_H
#define CHOUR_H

struct ch_market;

// A workspace; NULL when memory is short. `shed` and `spill` name for each row the single of that kind.
struct ch_market *ch_create(
    int rows, int singles, const int *row, const int *sign, int pairs, const int *from, const int *to, const int *shed,
    const int *spill);
void ch_destroy(struct ch_market *market);

// Inputs, by variable, the eight lanes fastest; efficiency by pair, load by row. They stay the workspace's own.
double *ch_cost(struct ch_market *market);
double *ch_quadratic(struct ch_market *market);
double *ch_lower(struct ch_market *market);
double *ch_upper(struct ch_market *market);
double *ch_efficiency(struct ch_market *market);
double *ch_load(struct ch_market *market);

// Solves to a certified gap; `warm` begins at the last solution. Returns the iterations of the slowest lane.
int ch_solve(struct ch_market *market, int warm, double tolerance);

// Outputs of the last solution.
const double *ch_dispatch(const struct ch_market *market);
const double *ch_price(const struct ch_market *market);
const double *ch_objective(const struct ch_market *market);
const double *ch_gap(const struct ch_market *market);

#endif
