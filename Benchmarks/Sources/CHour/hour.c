#include "CHour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef double lanes __attribute__((ext_vector_type(8)));
typedef long mask __attribute__((ext_vector_type(8)));

#define INLINE static inline __attribute__((always_inline))
#define ITERATIONS 40

INLINE lanes all(double x) { return (lanes)(x); }
INLINE lanes smaller(lanes a, lanes b) { return a < b ? a : b; }
INLINE lanes larger(lanes a, lanes b) { return a > b ? a : b; }
INLINE lanes size(lanes a) { return __builtin_elementwise_abs(a); }
INLINE lanes fma8(lanes a, lanes b, lanes c) { return __builtin_elementwise_fma(a, b, c); }
INLINE lanes fnma8(lanes a, lanes b, lanes c) { return __builtin_elementwise_fma(-a, b, c); }
INLINE lanes pick(mask m, lanes a, lanes b) { return m ? a : b; }
INLINE int some(mask m) { return __builtin_reduce_or(m) != 0; }

// A variable, measured from one end of its box: 0 <= s <= w; t = w - s; z and v are the multipliers of s and t.
struct box {
    lanes s, z, v;
    lanes c, q, w;
    lanes theta, reduced, inverse_s, inverse_t;
    lanes move, move_z, move_v;
};

struct ch_market {
    int rows, singles, pairs, variables;
    // By elimination: `order[k]` is the k-th row, `rank` its inverse. Boxes of row k: first[k] to first[k + 1] - 1.
    int *order, *rank, *first, *variable, *turned, *from, *to, *shed, *spill;
    // L by columns: entries start[k] to start[k + 1] - 1, in rows `below`; `update` lists where products go.
    int *start, *below, *update, *entry;
    lanes *cost, *quadratic, *lower, *upper, *efficiency, *load, *dispatch, *price;
    lanes *diagonal, *factor, *pivot, *need, *lambda, *direction, *open, *affine, *bend, *pull;
    struct box *boxes;
    lanes served, base_cost, floor, objective, gap;
    int solved;
};

static void *aligned(size_t count, size_t bytes) {
    size_t total = ((count > 0 ? count : 1) * bytes + 63) / 64 * 64;
    void *memory = aligned_alloc(64, total);
    if (memory) memset(memory, 0, total);
    return memory;
}

// Orders the rows by least degree and lists the entries of L with all its fill.
static int analyse(struct ch_market *m, const int *from, const int *to) {
    int n = m->rows, entries = 0, updates = 0;
    char *joined = calloc((size_t)n * n + 1, 1), *done = calloc((size_t)n + 1, 1);
    int *place = aligned((size_t)n * n, sizeof(int));
    m->start = aligned((size_t)n + 1, sizeof(int));
    m->below = aligned((size_t)n * n, sizeof(int));
    m->update = aligned((size_t)n * n * n, sizeof(int));
    m->entry = aligned((size_t)m->pairs, sizeof(int));
    if (!joined || !done || !place || !m->start || !m->below || !m->update || !m->entry) return 0;
    for (int p = 0; p < m->pairs; p++) joined[from[p] * n + to[p]] = joined[to[p] * n + from[p]] = 1;
    for (int k = 0; k < n; k++) {
        int best = -1, least = n + 1;
        for (int r = 0; r < n; r++) {
            int degree = 0;
            if (done[r]) continue;
            for (int other = 0; other < n; other++) degree += !done[other] && joined[r * n + other];
            if (degree < least) { least = degree; best = r; }
        }
        done[best] = 1;
        m->order[k] = best;
        m->rank[best] = k;
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++)
                if (a != b && !done[a] && !done[b] && joined[best * n + a] && joined[best * n + b])
                    joined[a * n + b] = 1;
    }
    for (int k = 0; k < n; k++) {
        m->start[k] = entries;
        for (int j = k + 1; j < n; j++)
            if (joined[m->order[k] * n + m->order[j]]) {
                place[k * n + j] = entries;
                m->below[entries++] = j;
            }
    }
    m->start[n] = entries;
    for (int k = 0; k < n; k++)
        for (int a = m->start[k]; a < m->start[k + 1]; a++)
            for (int b = a + 1; b < m->start[k + 1]; b++) m->update[updates++] = place[m->below[a] * n + m->below[b]];
    for (int p = 0; p < m->pairs; p++) {
        int a = m->rank[from[p]], b = m->rank[to[p]];
        m->from[p] = a;
        m->to[p] = b;
        m->entry[p] = a < b ? place[a * n + b] : place[b * n + a];
    }
    free(joined);
    free(done);
    free(place);
    return 1;
}

struct ch_market *ch_create(
    int rows, int singles, const int *row, const int *sign, int pairs, const int *from, const int *to, const int *shed,
    const int *spill) {
    struct ch_market *m = aligned(1, sizeof *m);
    if (!m) return NULL;
    m->rows = rows;
    m->singles = singles;
    m->pairs = pairs;
    m->variables = singles + pairs;
    int **lists[] = {&m->order, &m->rank, &m->first, &m->variable, &m->turned, &m->from, &m->to, &m->shed, &m->spill};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!(*lists[i] = aligned((size_t)(rows + m->variables + 1), sizeof(int)))) return NULL;
    lanes **columns[] = {&m->cost, &m->quadratic, &m->lower, &m->upper, &m->efficiency, &m->load, &m->dispatch,
                         &m->price, &m->diagonal, &m->pivot, &m->need, &m->lambda, &m->direction, &m->open,
                         &m->affine, &m->bend, &m->pull};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (!(*columns[i] = aligned((size_t)(rows + m->variables), sizeof(lanes)))) return NULL;
    m->boxes = aligned((size_t)m->variables, sizeof(struct box));
    if (!m->boxes || !analyse(m, from, to)) return NULL;
    m->factor = aligned((size_t)m->start[rows], sizeof(lanes));
    if (!m->factor) return NULL;
    int next = 0;
    for (int k = 0; k < rows; k++) {
        m->first[k] = next;
        for (int i = 0; i < singles; i++)
            if (row[i] == m->order[k]) {
                if (i == shed[m->order[k]]) m->shed[k] = i;
                if (i == spill[m->order[k]]) m->spill[k] = i;
                m->variable[next] = i;
                m->turned[next++] = sign[i] < 0;
            }
    }
    m->first[rows] = next;
    for (int p = 0; p < pairs; p++) m->variable[singles + p] = singles + p;
    return m;
}

void ch_destroy(struct ch_market *m) {
    if (!m) return;
    void *parts[] = {m->order, m->rank, m->first, m->variable, m->turned, m->from, m->to, m->shed, m->spill,
                     m->start, m->below, m->update, m->entry, m->cost, m->quadratic, m->lower, m->upper,
                     m->efficiency, m->load, m->dispatch, m->price, m->diagonal, m->factor, m->pivot, m->need,
                     m->lambda, m->direction, m->open, m->affine, m->bend, m->pull, m->boxes};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
    free(m);
}

double *ch_cost(struct ch_market *m) { return (double *)m->cost; }
double *ch_quadratic(struct ch_market *m) { return (double *)m->quadratic; }
double *ch_lower(struct ch_market *m) { return (double *)m->lower; }
double *ch_upper(struct ch_market *m) { return (double *)m->upper; }
double *ch_efficiency(struct ch_market *m) { return (double *)m->efficiency; }
double *ch_load(struct ch_market *m) { return (double *)m->load; }
const double *ch_dispatch(const struct ch_market *m) { return (const double *)m->dispatch; }
const double *ch_price(const struct ch_market *m) { return (const double *)m->price; }
const double *ch_objective(const struct ch_market *m) { return (const double *)&m->objective; }
const double *ch_gap(const struct ch_market *m) { return (const double *)&m->gap; }

// Brings the inputs into boxes. Boxes of no width get one of 1e-10 of the largest load; the record takes it back.
static void fill(struct ch_market *m, int warm) {
    lanes largest = all(1), narrow;
    m->served = all(0);
    m->base_cost = all(0);
    for (int r = 0; r < m->rows; r++) {
        m->served += size(m->load[r]);
        largest = larger(largest, size(m->load[r]));
        m->need[m->rank[r]] = m->load[r];
    }
    narrow = all(1e-10) * largest;
    m->floor = all(1e-14) * largest;
    for (int i = 0, k = 0; i < m->variables; i++) {
        struct box *box = m->boxes + i;
        int x = m->variable[i], single = i < m->singles, turned = single && m->turned[i];
        lanes anchor = turned ? m->upper[x] : m->lower[x], q = m->quadratic[x];
        lanes slope = fma8(q, anchor, m->cost[x]), width = larger(m->upper[x] - m->lower[x], narrow);
        m->base_cost = fma8(anchor, fma8(all(0.5) * q, anchor, m->cost[x]), m->base_cost);
        if (single) {
            while (i >= m->first[k + 1]) k++;
            m->need[k] += turned ? anchor : -anchor;
        } else {
            int p = i - m->singles;
            m->need[m->from[p]] += anchor;
            m->need[m->to[p]] = fnma8(m->efficiency[p], anchor, m->need[m->to[p]]);
        }
        if (warm) box->s *= width / box->w;
        box->c = turned ? -slope : slope;
        box->q = q;
        box->w = width;
        box->move = box->move_z = box->move_v = all(0);
    }
}

// Re-centres the last iterate: s z >= mu and v t >= mu, and one hundredth of the box from either end.
static void start_warm(struct ch_market *m) {
    lanes mu = all(3) * larger(size(m->objective), m->served) / all(2.0 * m->variables);
    for (int i = 0; i < m->variables; i++) {
        struct box *box = m->boxes + i;
        lanes w = box->w, s = box->s, edge = all(0.01) * w, middle = all(0.5) * w;
        s = larger(s, larger(edge, smaller(mu / box->z, middle)));
        s = smaller(s, w - larger(edge, smaller(mu / box->v, middle)));
        box->s = s;
        box->z = larger(box->z, mu / s);
        box->v = larger(box->v, mu / (w - s));
    }
}

// Puts every variable at its own point of the central path for one price everywhere: z - v = g, s z = t v = mu.
static void start_cold(struct ch_market *m) {
    lanes value = all(0), amount = all(0);
    for (int k = 0; k < m->rows; k++)
        for (int i = m->first[k]; i < m->first[k + 1]; i++) {
            const struct box *box = m->boxes + i;
            if (m->variable[i] == m->shed[k] || m->variable[i] == m->spill[k]) continue;
            value = fma8(box->w, size(fma8(all(0.5) * box->q, box->w, box->c)), value);
            amount += box->w;
        }
    lanes level = larger(value / larger(amount, m->floor), all(1e-3));
    lanes mu = all(5) * level * larger(m->served, m->floor) / all((double)m->variables);
    for (int k = 0; k < m->rows; k++) m->lambda[k] = level;
    for (int i = 0; i < m->variables; i++) {
        struct box *box = m->boxes + i;
        lanes w = box->w, price = i < m->singles ? level : level * (m->efficiency[i - m->singles] - all(1));
        lanes g = fma8(all(0.5) * box->q, w, box->c) - price;
        lanes twice = all(2) * mu, span = size(g) * w;
        lanes near = twice * w / (span + twice + __builtin_elementwise_sqrt(fma8(span, span, twice * twice)));
        box->s = pick(g > all(0), near, w - near);
        box->z = mu / box->s;
        box->v = mu / (w - box->s);
    }
}

struct sums {
    lanes slack, cost, product;
};

// Takes the last step of one variable; from there its weight theta, reduced cost, and what it adds to the sums.
INLINE void advance(struct box *box, lanes worth, lanes step, lanes step_dual, lanes floor, struct sums *sums) {
    lanes s = fma8(step, box->move, box->s);
    lanes z = fma8(step_dual, box->move_z, box->z), v = fma8(step_dual, box->move_v, box->v);
    lanes t = larger(box->w - s, floor), q = box->q;
    lanes both = s * t, inverse = all(1) / both;
    lanes g = fma8(q, s, box->c - worth);
    box->s = s;
    box->z = z;
    box->v = v;
    box->inverse_s = t * inverse;
    box->inverse_t = s * inverse;
    box->theta = both / fma8(q, both, fma8(z, t, v * s));
    box->reduced = g;
    sums->slack += larger(g * s, -(g * t));
    sums->cost = fma8(s, fma8(all(0.5) * q, s, box->c), sums->cost);
    sums->product = fma8(s, z, fma8(t, v, sums->product));
}

static struct sums assemble(struct ch_market *m, lanes step, lanes step_dual) {
    struct sums sums = {all(0), all(0), all(0)};
    lanes floor = m->floor;
    for (int k = 0; k < m->rows; k++) {
        lanes given = all(0), weight = all(0), push = all(0), price = m->lambda[k];
        for (int i = m->first[k]; i < m->first[k + 1]; i++) {
            struct box *box = m->boxes + i;
            advance(box, price, step, step_dual, floor, &sums);
            given += box->s;
            weight += box->theta;
            push = fma8(box->theta, box->reduced, push);
        }
        m->diagonal[k] = weight;
        m->open[k] = m->need[k] - given;
        m->affine[k] = push;
    }
    for (int e = 0; e < m->start[m->rows]; e++) m->factor[e] = all(0);
    for (int p = 0; p < m->pairs; p++) {
        struct box *box = m->boxes + m->singles + p;
        int a = m->from[p], b = m->to[p];
        lanes eta = m->efficiency[p];
        advance(box, fma8(eta, m->lambda[b], -m->lambda[a]), step, step_dual, floor, &sums);
        lanes theta = box->theta, arriving = eta * theta;
        m->open[a] += box->s;
        m->open[b] = fnma8(eta, box->s, m->open[b]);
        m->diagonal[a] += theta;
        m->diagonal[b] = fma8(eta, arriving, m->diagonal[b]);
        m->factor[m->entry[p]] -= arriving;
        m->affine[a] = fnma8(theta, box->reduced, m->affine[a]);
        m->affine[b] = fma8(arriving, box->reduced, m->affine[b]);
    }
    for (int k = 0; k < m->rows; k++) m->affine[k] += m->open[k];
    return sums;
}

static void factorise(struct ch_market *m) {
    const int *update = m->update;
    for (int k = 0; k < m->rows; k++) {
        lanes inverse = all(1) / m->diagonal[k];
        m->pivot[k] = inverse;
        for (int a = m->start[k]; a < m->start[k + 1]; a++) {
            lanes value = m->factor[a], scaled = value * inverse;
            m->diagonal[m->below[a]] = fnma8(value, scaled, m->diagonal[m->below[a]]);
            for (int b = a + 1; b < m->start[k + 1]; b++, update++)
                m->factor[*update] = fnma8(m->factor[b], scaled, m->factor[*update]);
            m->factor[a] = scaled;
        }
    }
}

static void back_solve(const struct ch_market *m, lanes *x) {
    for (int k = 0; k < m->rows; k++) {
        lanes value = x[k];
        for (int e = m->start[k]; e < m->start[k + 1]; e++) x[m->below[e]] = fnma8(m->factor[e], value, x[m->below[e]]);
        x[k] = value * m->pivot[k];
    }
    for (int k = m->rows - 1; k >= 0; k--)
        for (int e = m->start[k]; e < m->start[k + 1]; e++) x[k] = fnma8(m->factor[e], x[m->below[e]], x[k]);
}

struct outlook {
    lanes primal, dual, linear, square;
};

// The affine direction of one variable; returns its second-order term, and the pull of the centre in `pull`.
INLINE lanes look(struct box *box, lanes worth, struct outlook *ahead, lanes *pull) {
    lanes d = box->theta * (worth - box->reduced), share_s = d * box->inverse_s, share_t = d * box->inverse_t;
    lanes z = box->z, v = box->v, dz = fnma8(z, share_s, -z), dv = fma8(v, share_t, -v);
    box->move = d;
    ahead->primal = larger(ahead->primal, larger(-share_s, share_t));
    ahead->dual = larger(ahead->dual, larger(share_s, -share_t));
    ahead->linear = fma8(d, z - v, ahead->linear);
    ahead->square = fma8(d, dz - dv, ahead->square);
    *pull = box->theta * (box->inverse_s - box->inverse_t);
    return box->theta * fma8(share_s, dz, share_t * dv);
}

static struct outlook predict(struct ch_market *m) {
    struct outlook ahead = {all(0), all(0), all(0), all(0)};
    lanes pull;
    for (int k = 0; k < m->rows; k++) {
        lanes bend = all(0), pulled = all(0), worth = m->direction[k];
        for (int i = m->first[k]; i < m->first[k + 1]; i++) {
            bend += look(m->boxes + i, worth, &ahead, &pull);
            pulled += pull;
        }
        m->bend[k] = bend;
        m->pull[k] = pulled;
    }
    for (int p = 0; p < m->pairs; p++) {
        int a = m->from[p], b = m->to[p];
        lanes eta = m->efficiency[p];
        lanes bend = look(m->boxes + m->singles + p, fma8(eta, m->direction[b], -m->direction[a]), &ahead, &pull);
        m->bend[a] -= bend;
        m->bend[b] = fma8(eta, bend, m->bend[b]);
        m->pull[a] -= pull;
        m->pull[b] = fma8(eta, pull, m->pull[b]);
    }
    return ahead;
}

// The final direction of one variable, towards s z = t v = target.
INLINE void aim(struct box *box, lanes worth, lanes target, lanes second, lanes *primal, lanes *dual) {
    lanes z = box->z, v = box->v, before = box->move, inverse_s = box->inverse_s, inverse_t = box->inverse_t;
    lanes dz = fnma8(z, before * inverse_s, -z), dv = fma8(v, before * inverse_t, -v);
    lanes bend = second * before;
    lanes to_s = fnma8(bend, dz, target) * inverse_s, to_t = fma8(bend, dv, target) * inverse_t;
    lanes d = box->theta * ((worth - box->reduced) + (to_s - to_t));
    lanes share_s = d * inverse_s, share_t = d * inverse_t;
    dz = fnma8(z, share_s, to_s - z);
    dv = fma8(v, share_t, to_t - v);
    box->move = d;
    box->move_z = dz;
    box->move_v = dv;
    *primal = larger(*primal, larger(-share_s, share_t));
    *dual = smaller(*dual, smaller(dz * v, dv * z) / (z * v));
}

static void correct(struct ch_market *m, lanes target, lanes second, lanes *primal, lanes *dual) {
    for (int k = 0; k < m->rows; k++)
        for (int i = m->first[k]; i < m->first[k + 1]; i++)
            aim(m->boxes + i, m->direction[k], target, second, primal, dual);
    for (int p = 0; p < m->pairs; p++) {
        lanes worth = fma8(m->efficiency[p], m->direction[m->to[p]], -m->direction[m->from[p]]);
        aim(m->boxes + m->singles + p, worth, target, second, primal, dual);
    }
}

INLINE lanes within(const struct ch_market *m, int x, lanes value) {
    return smaller(larger(value, m->lower[x]), m->upper[x]);
}

// Moves a variable by what is open at its balance; returns what is left.
INLINE lanes absorb(struct ch_market *m, int x, int turned, lanes part, lanes open) {
    lanes before = m->dispatch[x];
    m->dispatch[x] = within(m, x, turned ? before - part : before + part);
    return turned ? open + (m->dispatch[x] - before) : open - (m->dispatch[x] - before);
}

// Adds a variable's cost, and how far it is above the least of the Lagrangian in its box.
INLINE void certify(const struct ch_market *m, int x, lanes slope, lanes *above, lanes *cost) {
    lanes at = m->dispatch[x], q = m->quadratic[x], best = within(m, x, -slope / (q + all(1e-300)));
    *above = fma8(at - best, fma8(all(0.5) * q, at + best, slope), *above);
    *cost = fma8(at, fma8(all(0.5) * q, at, m->cost[x]), *cost);
}

// Dispatch, prices, cost and certificate; shedding and spilling take up what is open.
static void record(struct ch_market *m) {
    lanes above = all(0), cost = all(0);
    for (int k = 0; k < m->rows; k++) {
        lanes open = m->load[m->order[k]];
        m->price[m->order[k]] = m->lambda[k];
        for (int i = m->first[k]; i < m->first[k + 1]; i++) {
            int x = m->variable[i];
            m->dispatch[x] = within(m, x, m->turned[i] ? m->upper[x] - m->boxes[i].s : m->lower[x] + m->boxes[i].s);
            open += m->turned[i] ? m->dispatch[x] : -m->dispatch[x];
        }
        m->open[k] = open;
    }
    for (int p = 0; p < m->pairs; p++) {
        int x = m->singles + p;
        m->dispatch[x] = within(m, x, m->lower[x] + m->boxes[x].s);
        m->open[m->from[p]] += m->dispatch[x];
        m->open[m->to[p]] = fnma8(m->efficiency[p], m->dispatch[x], m->open[m->to[p]]);
    }
    for (int k = 0; k < m->rows; k++) {
        int shed = m->shed[k], spill = m->spill[k];
        lanes both = smaller(m->dispatch[shed] - m->lower[shed], m->dispatch[spill] - m->lower[spill]);
        lanes open = absorb(m, shed, 0, -both, m->open[k]);
        open = absorb(m, spill, 1, both, open);
        open = absorb(m, spill, 1, larger(open, all(0)), open);
        open = absorb(m, shed, 0, smaller(open, all(0)), open);
        open = absorb(m, shed, 0, open, open);
        open = absorb(m, spill, 1, open, open);
        for (int i = m->first[k]; i < m->first[k + 1] && some(open != all(0)); i++)
            open = absorb(m, m->variable[i], m->turned[i], open, open);
        above = fma8(m->lambda[k], open, above);
        for (int i = m->first[k]; i < m->first[k + 1]; i++) {
            int x = m->variable[i];
            certify(m, x, m->turned[i] ? m->cost[x] + m->lambda[k] : m->cost[x] - m->lambda[k], &above, &cost);
        }
    }
    for (int p = 0; p < m->pairs; p++) {
        int x = m->singles + p;
        lanes worth = fma8(m->efficiency[p], m->lambda[m->to[p]], -m->lambda[m->from[p]]);
        certify(m, x, m->cost[x] - worth, &above, &cost);
    }
    m->objective = cost;
    m->gap = above / larger(larger(size(cost), m->served), all(1e-300));
}

int ch_solve(struct ch_market *m, int warm, double tolerance) {
    int count = 0;
    mask active = (mask)(-1);
    lanes primal = all(0), dual = all(0), one = all(1), bounds = all(2.0 * m->variables);
    warm = warm && m->solved;
    fill(m, warm);
    if (warm) start_warm(m);
    else start_cold(m);
    for (int k = 0; k < m->rows; k++) m->direction[k] = all(0);
    for (;;) {
        for (int k = 0; k < m->rows; k++) m->lambda[k] = fma8(dual, m->direction[k], m->lambda[k]);
        struct sums sums = assemble(m, primal, dual);
        lanes open = sums.slack;
        for (int k = 0; k < m->rows; k++) {
            lanes dearest = larger(size(m->cost[m->shed[k]]), size(m->cost[m->spill[k]]));
            open = fma8(size(m->open[k]), dearest + size(m->lambda[k]), open);
        }
        lanes goal = all(0.9 * tolerance) * larger(size(sums.cost + m->base_cost), m->served);
        active &= ~(open <= goal);
        if (!some(active) || count == ITERATIONS) break;
        count++;
        factorise(m);
        for (int k = 0; k < m->rows; k++) m->direction[k] = m->affine[k];
        back_solve(m, m->direction);
        struct outlook ahead = predict(m);
        lanes a = one / larger(one, ahead.primal), b = one / (one + ahead.dual);
        lanes left = fma8(a * b, ahead.square, fma8(a - b, ahead.linear, fnma8(b, sums.product, sums.product)));
        lanes ratio = smaller(larger(left, all(0)) / sums.product, one);
        lanes target = larger(ratio * ratio * ratio * sums.product, all(0.1) * goal) / bounds;
        lanes second = smaller(one, all(4) * smaller(a, b));
        for (int k = 0; k < m->rows; k++)
            m->direction[k] = fnma8(target, m->pull[k], fma8(second, m->bend[k], m->affine[k]));
        back_solve(m, m->direction);
        lanes reach = all(0), reach_dual = all(0), almost = all(0.999);
        correct(m, target, second, &reach, &reach_dual);
        primal = smaller(one, almost / larger(reach, almost));
        dual = smaller(one, almost / larger(-reach_dual, almost));
        primal = pick(active, primal, all(0));
        dual = pick(active, dual, all(0));
    }
    record(m);
    m->solved = 1;
    return count;
}
