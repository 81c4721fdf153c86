export { type Config, describeSettings, readConfig } from './config.ts';
export { type MemberPapers, mspIdOf, type PreparedMember, prepareMember } from './member.ts';
export { type NodeSources, type RunningNode, startNode } from './node.ts';
