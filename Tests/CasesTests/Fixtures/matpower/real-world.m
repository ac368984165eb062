function mpc = real_world()
%REAL_WORLD   what files in circulation look like
%{
a block comment with [ brackets ] and = signs
%}
%% MATPOWER Case Format : Version 2
mpc.version = '2'; mpc.baseMVA = 1e2; % two on one line
mpc.casename = 'It''s a case % not a comment';
%% bus data
mpc.bus = [ % bus_i type Pd
	10, 3, 0, 0, 0, 0, 1, 1, 0, 345, 1, 1.1, 0.9
	20	1	5.0E+1	0	-2	0	1	1	0	345	1	1.1	0.9;	% Gs feeds in
	30	1	.7e2	0	0	0	1	1	0	138	1	...
		1.1	0.9;
	40	4	99	0	0	0	1	1	0	138	1	1.1	0.9;	% isolated

	50	2	+0	0	0	0	1	1	0	138	1	1.1	0.9];
mpc.bus_name = {
	'Alba   ';
	"Borgo";
	'';
	'Out of use';
	'Costa d''Oro'
};
mpc.gen = [
	10	0	0	Inf	-Inf	1	100	1	100	0	0	0	0	0	0	0	0	0	0	0	0;
	10	0	0	0	0	1	100	0	500	0	0	0	0	0	0	0	0	0	0	0	0;	% out of service
	40	0	0	0	0	1	100	1	500	0	0	0	0	0	0	0	0	0	0	0	0;	% at an isolated bus
	50	0	0	0	0	1	100	1	80	20	0	0	0	0	0	0	0	0	0	0	0;
	30	-15	0	0	0	1	100	1	0	-15	0	0	0	0	0	0	0	0	0	0	0;	% dispatchable load
];
mpc.gentype = {'ST'; 'GT'; 'GT'; 'PV'; 'DL'};
mpc.gencost = [
	1	0	0	3	0	0	50	500	100	1500;
	2	0	0	1	7	0	0	0	0	0;
	2	0	0	1	7	0	0	0	0	0;
	2	0	0	5	0	0	0.02	12	30	0;
	2	0	0	2	100	0	0	0	0	0;
	2	0	0	3	0	0	0	0	0	0;
	2	0	0	3	0	0	0	0	0	0;
	2	0	0	3	0	0	0	0	0	0;
	2	0	0	3	0	0	0	0	0	0;
	2	0	0	3	0	0	0	0	0	0;
];
mpc.branch = [
	10	20	0.003	0.04	0	90	0	0	0	0	1	0	0;
	20	30	0	0.08	0	Inf	0	0	0.95	-2.5	1	-360	360;
	10	30	0.01	-0.05	0	0	0	0	1	0	1	-20	0;
	10	50	0	0.1	0	40	0	0	0	0	0	0	0;
	30	50	0	0.1	0	40	0	0	0	0	1	0	15;
	30	40	0	0.1	0	40	0	0	0	0	1	0	0;
];
mpc.dcline = [
	50	20	1	0	0	0	0	1	1	-10	30	0	0	0	0	0.5	0.04;
];
mpc.dclinecost = [ 2 0 0 2 1.5 0 ];
