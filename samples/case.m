function mpc = case
% Three buses: cheap power at bus 1, load at bus 3, and a line between them that is too small.
mpc.version = '2';
mpc.baseMVA = 100;

%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	230	1	1.1	0.9;
	2	2	50	0	0	0	1	1	0	230	1	1.1	0.9;
	3	1	200	0	0	0	1	1	0	230	1	1.1	0.9;
];

%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	0	0	1	100	1	300	0;
	2	0	0	0	0	1	100	1	200	0;
];

%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0	0.1	0	0	0	0	0	0	1	0	0;
	1	3	0	0.1	0	100	0	0	0	0	1	0	0;
	2	3	0	0.1	0	0	0	0	0	0	1	0	0;
];

%	model	startup	shutdown	n	c1	c0
mpc.gencost = [
	2	0	0	2	20	0;
	2	0	0	2	50	0;
];
